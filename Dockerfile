# Glimpse in one image: a Lambda function, its handler given as the command, and a web server on port 5000.
#
#   docker build --tag glimpse .
#   docker build --tag glimpse --build-arg ENGINE=tensorflow .
#
# Any base with Python 3.11 or newer and its venv module will do. A tag moves; a digest does not:
#
#   docker buildx imagetools inspect docker.io/library/python:3.13-slim        prints it
#   docker build --tag glimpse --build-arg BASE=docker.io/library/python:3.13-slim@sha256:… .
#
# Nothing needs BuildKit, which `sam build` may not use.
# There is no USER: Lambda brings its own, anybody else may choose one, and `sam local invoke` adds steps that need root.
ARG BASE=docker.io/library/python:3.13-slim
ARG ENGINE=litert

FROM ${BASE} AS dependencies
ARG ENGINE
RUN python3 -m venv /opt/venv
COPY requirements/image-${ENGINE}.txt /tmp/requirements.txt
RUN /opt/venv/bin/pip install --no-cache-dir --only-binary :all: --require-hashes --requirement /tmp/requirements.txt \
 && /opt/venv/bin/pip uninstall --yes --quiet pip setuptools
# C++ headers and an accelerator for graphics processors: nothing is compiled here, and there is no such processor.
RUN cd /opt/venv/lib/python3*/site-packages \
 && rm -rf tensorflow/include ai_edge_litert/libLiteRtWebGpuAccelerator.so

FROM ${BASE} AS weights
ARG ENGINE
COPY function/model/ /app/function/model/
RUN case ${ENGINE} in \
      litert|tensorflow) chmod -R a+rX /app ;; \
      *) echo "ENGINE is litert or tensorflow, not ${ENGINE}." >&2; exit 1 ;; \
    esac

FROM ${BASE} AS code
COPY local_server.py infra/entrypoint /app/
COPY function/ /app/function/
COPY site/ /app/site/
RUN rm -r /app/function/model \
 && chmod -R a+rX /app \
 && python3 -m compileall -q /app

FROM ${BASE}
ARG ENGINE
# Python's own images come without bytecode, and whoever runs this one may not be able to write any.
RUN python3 -m compileall -q -x site-packages "$(python3 -c 'import os; print(os.path.dirname(os.__file__))')"
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 GLIMPSE_ENGINE=${ENGINE}
WORKDIR /app
COPY --from=dependencies /opt/venv /opt/venv
COPY --from=weights /app /app
COPY --from=code /app /app
EXPOSE 5000
# To Python SIGINT is an orderly end; as process 1 it would not even notice SIGTERM.
STOPSIGNAL SIGINT
HEALTHCHECK --start-period=1m \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:5000/api/health', timeout=10)"]
ENTRYPOINT ["/app/entrypoint"]
