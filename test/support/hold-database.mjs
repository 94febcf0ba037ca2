// hold-database.mjs <dist> <data folder>: runs the embedded database until SIGTERM, so that tests can kill its parent.
const [dist, dataDir] = process.argv.slice(2);
const { startDatabase } = await import(`${dist}/src/shared/database/index.js`);

try {
  const database = await startDatabase({ databaseUrl: undefined, dataDir });
  process.once('SIGTERM', () => void database.stop());
  console.log(database.url);
} catch (error) {
  console.error(error.message);
  process.exitCode = error.exitCode ?? 1;
}
