"""What the network is trained to lower: the captions' cross-entropy, the concepts', and the policy gradient's loss.

Shapes as in training.model: captions are ids (n, s, t + 1), scores (n × s, t, vocabulary).
"""

from function.captioning.engines.network import tf
from function.captioning.vocabulary import PAD

LABEL_SMOOTHING = 0.1
CONCEPT_WEIGHT = 0.04
"""Of the concepts' loss beside the captions'."""


def cross_entropy(scores: tf.Tensor, captions: tf.Tensor) -> tf.Tensor:
    """Mean cross-entropy per word, in nats, with label smoothing; padding does not count. 0 without any word."""
    targets = tf.reshape(captions[:, :, 1:], (-1, captions.shape[2] - 1))  # (n × s, t)
    log_probs = tf.nn.log_softmax(scores)  # (n × s, t, vocabulary)
    picked = tf.gather(log_probs, targets, batch_dims=2)  # (n × s, t)
    smoothed = (1 - LABEL_SMOOTHING) * picked + LABEL_SMOOTHING * tf.reduce_mean(log_probs, -1)  # (n × s, t)
    mask = tf.cast(targets != PAD, tf.float32)
    return -tf.math.divide_no_nan(tf.reduce_sum(smoothed * mask), tf.reduce_sum(mask))


def concept_loss(logits: tf.Tensor, labels: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    """Binary cross-entropy in nats, weighted, summed over concepts, mean over photos: (n, concepts) all three."""
    entropy = tf.nn.sigmoid_cross_entropy_with_logits(labels, logits)  # (n, concepts)
    return tf.reduce_mean(tf.reduce_sum(entropy * weights, -1))


def policy_loss(scores: tf.Tensor, captions: tf.Tensor, advantages: tf.Tensor) -> tf.Tensor:
    """Negative log-likelihood of sentences, weighted by their advantages (n, s) over what was expected of them.

    Its gradient is REINFORCE's (Williams 1992); a constant in place of the advantage makes it cross-entropy.
    """
    targets = tf.reshape(captions[:, :, 1:], (-1, captions.shape[2] - 1))  # (n × s, t)
    picked = tf.gather(tf.nn.log_softmax(scores), targets, batch_dims=2)  # (n × s, t)
    mask = tf.cast(targets != PAD, tf.float32)
    return -tf.reduce_sum(picked * mask * tf.reshape(advantages, (-1, 1))) / tf.reduce_sum(mask)
