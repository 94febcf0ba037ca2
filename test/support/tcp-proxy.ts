import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { parse } from 'pg-connection-string';

/** A line that can be cut, and go dead without a word. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private mode: 'open' | 'closed' | 'silent' = 'open';
  private bytesLeft = Infinity;

  protected constructor(open: () => Socket) {
    this.server = createServer((client) => this.join(client, open));
  }

  static async to(port: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(() => connect(port, '127.0.0.1'));
    await proxy.listen();
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Resets every connection and refuses new ones. */
  cut(): void {
    this.mode = 'closed';
    for (const socket of this.sockets) socket.destroy();
  }

  /** Resets every connection once so many bytes more have come back over the line. */
  cutAfter(bytes: number): void {
    this.bytesLeft = bytes;
  }

  /** Connections stay, and nothing passes any more. */
  silence(): void {
    this.mode = 'silent';
  }

  /** Resets every connection and lets new ones pass. */
  restore(): void {
    for (const socket of this.sockets) socket.destroy();
    this.bytesLeft = Infinity;
    this.mode = 'open';
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  protected listen(): Promise<void> {
    return new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
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
      from.on('data', (chunk) => this.mode === 'open' && this.pass(chunk, to, to === client));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
  }

  private pass(chunk: Buffer, to: Socket, isBack: boolean): void {
    if (!isBack || chunk.length < this.bytesLeft) {
      if (isBack) this.bytesLeft -= chunk.length;
      to.write(chunk);
      return;
    }
    to.write(chunk.subarray(0, this.bytesLeft), () => this.restore());
    this.mode = 'silent';
  }
}

/** A line to PostgreSQL. */
export class DatabaseProxy extends TcpProxy {
  private constructor(
    open: () => Socket,
    private readonly credentials: string,
    private readonly database: string,
  ) {
    super(open);
  }

  get url(): string {
    return `postgres://${this.credentials}@127.0.0.1:${this.port}/${this.database}`;
  }

  static async toDatabase(databaseUrl: string): Promise<DatabaseProxy> {
    const { host, port, user, password, database } = parse(databaseUrl);
    const isSocket = host?.startsWith('/');
    const open = () =>
      isSocket ? connect(`${host}/.s.PGSQL.${port || 5432}`) : connect(Number(port || 5432), host ?? '127.0.0.1');
    const credentials = `${encodeURIComponent(user ?? '')}:${encodeURIComponent(password ?? '')}`;
    const proxy = new DatabaseProxy(open, credentials, database ?? '');
    await proxy.listen();
    return proxy;
  }
}
