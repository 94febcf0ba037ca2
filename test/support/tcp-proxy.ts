import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { parse } from 'pg-connection-string';

/** A line to PostgreSQL that can be cut, and go dead without a word. */
export class DatabaseProxy {
  private readonly sockets = new Set<Socket>();
  private mode: 'open' | 'closed' | 'silent' = 'open';

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async to(databaseUrl: string): Promise<DatabaseProxy> {
    const { host, port, user, password, database } = parse(databaseUrl);
    const isSocket = host?.startsWith('/');
    const open = () =>
      isSocket ? connect(`${host}/.s.PGSQL.${port || 5432}`) : connect(Number(port || 5432), host ?? '127.0.0.1');
    const server = createServer((client) => proxy.join(client, open));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port: own } = server.address() as AddressInfo;
    const url = `postgres://${encodeURIComponent(user ?? '')}:${encodeURIComponent(password ?? '')}@127.0.0.1:${own}/${database}`;
    const proxy: DatabaseProxy = new DatabaseProxy(server, url);
    return proxy;
  }

  /** Resets every connection and refuses new ones. */
  cut(): void {
    this.mode = 'closed';
    for (const socket of this.sockets) socket.destroy();
  }

  /** Connections stay, and nothing passes any more. */
  silence(): void {
    this.mode = 'silent';
  }

  restore(): void {
    for (const socket of this.sockets) socket.destroy();
    this.mode = 'open';
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  private join(client: Socket, open: () => Socket): void {
    if (this.mode === 'closed') {
      client.destroy();
      return;
    }
    const upstream = open();
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.sockets.add(from);
      from.on('data', (chunk) => this.mode === 'open' && to.write(chunk));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
  }
}
