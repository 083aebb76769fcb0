-- How many photos each day had, and how sure Glimpse was of them.
SELECT substr(created_at, 1, 10) AS day, count(*) AS photos, count_if(certainty = 'likely') AS likely,
  count_if(certainty = 'possible') AS possible, count_if(certainty = 'none') AS undescribed
FROM photos
GROUP BY substr(created_at, 1, 10)
ORDER BY day
