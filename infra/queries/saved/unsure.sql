-- Photos that a person should look at, those that Glimpse is least sure of first.
SELECT path, text, certainty, confidence FROM photos
WHERE certainty <> 'likely' AND error IS NULL
ORDER BY confidence, path
LIMIT 1000
