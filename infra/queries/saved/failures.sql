-- Photos that could not be captioned, and why.
SELECT error, path, created_at FROM photos
WHERE error IS NOT NULL
ORDER BY error, path
LIMIT 1000
