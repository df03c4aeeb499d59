// imported into every process of a service: its planners end at once, or with PLANNERS=hang are never ready
if (process.argv[1]?.endsWith('planner-process.js')) {
  if (process.env.PLANNERS !== 'hang') process.exit(1);
  await new Promise(() => setTimeout(() => process.exit(), 60_000)); // should a test leave one behind
}
