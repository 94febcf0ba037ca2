// npm run seed: fills an empty instance, so that there is something to look at. Not for an instance that people use.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createApp } from '../../dist/src/app.js';
import { readConfig } from '../../dist/src/shared/config/index.js';
import { startDatabase } from '../../dist/src/shared/database/index.js';
import { DataSource } from 'typeorm';
import { people } from '../support/people.mjs';
import { demandEmpty, seed } from './seed.mjs';

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** As the operator set it up, but reachable by nobody else, and open to whoever signs up. */
async function settings() {
  const port = String(await freePort());
  const own = { HOST: '127.0.0.1', PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}`, LOG_LEVEL: 'error' };
  const open = { SIGNUP: 'open', INITIAL_ADMIN_EMAIL: undefined, STDIO_POLICY: 'admin' };
  return readConfig({ ...process.env, ...own, ...open });
}

async function main() {
  if (process.env.NODE_ENV === 'production') {
    throw new Error(
      'The seed makes accounts whose passwords everybody knows: it does not run with NODE_ENV=production.',
    );
  }
  const config = await settings();
  const database = await startDatabase(config);
  let app;
  try {
    app = await createApp(config, database.url);
    const dataSource = app.get(DataSource);
    const query = (sql, values) => dataSource.query(sql, values);
    await demandEmpty(query);
    await app.listen(config.port, config.host);
    const { key } = await seed({ url: config.publicUrl.origin, query });
    console.log(`Filled. Start with "npm start" and sign in as one of:`);
    for (const { email, password } of Object.values(people)) console.log(`  ${email}  ${password}`);
    console.log(`A key to the project web-shop: ${key}`);
  } finally {
    await app?.close();
    await database.stop();
  }
}

try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
