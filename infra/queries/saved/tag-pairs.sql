-- Tags that photos have together, and how many photos do.
SELECT pair[1] AS tag, pair[2] AS other, count(*) AS photos
FROM photos
CROSS JOIN UNNEST(combinations(array_sort(tags), 2)) AS together(pair)
GROUP BY pair[1], pair[2]
ORDER BY photos DESC, tag, other
LIMIT 100
