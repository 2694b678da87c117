SELECT d.classoid, d.objoid, d.objsubid, d.description
FROM pg_description AS d
WHERE d.objoid >= 16384 OR d.objoid = 2200 AND d.description <> 'standard public schema'
