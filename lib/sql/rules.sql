SELECT rule, module, phase, dimension, below, need, unit, job, due
FROM rules
ORDER BY rule
