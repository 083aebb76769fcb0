-- Tags that photos have together, and how many photos do.
SELECT first.tag AS tag, second.tag AS other, count(*) AS photos
FROM photos
CROSS JOIN UNNEST(tags) AS first(tag)
CROSS JOIN UNNEST(tags) AS second(tag)
WHERE first.tag < second.tag
GROUP BY first.tag, second.tag
ORDER BY photos DESC, tag, other
LIMIT 100
