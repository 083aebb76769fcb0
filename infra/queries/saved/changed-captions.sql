-- Sentences that are others since a new version of the model, with what the one before said.
SELECT path, model_before, text_before, model, text
FROM (
  SELECT id, path, model, text, changed_at,
    lag(model) OVER (PARTITION BY id ORDER BY changed_at) AS model_before,
    lag(text) OVER (PARTITION BY id ORDER BY changed_at) AS text_before
  FROM records
  WHERE NOT deleted AND id IN (SELECT id FROM several)
)
WHERE model <> model_before AND text <> text_before AND id IN (SELECT id FROM photos)
ORDER BY changed_at DESC, path
LIMIT 1000
