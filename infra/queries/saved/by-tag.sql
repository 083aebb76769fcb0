-- Photos that have a tag, the surest first.
SELECT path, text, confidence, created_at FROM photos
WHERE contains(tags, ?)
ORDER BY confidence DESC, path
LIMIT 1000
