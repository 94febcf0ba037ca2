import { onOneLine } from '../../../shared/jsonrpc/index.js';
import { partsOf, Rope, type Bytes } from '../../../shared/rope.js';
import { Turns } from '../../../shared/turns.js';
import { LineSplitter } from '../line-splitter.js';
import type { UpstreamTarget } from '../link.js';
import { UpstreamError } from '../upstream-error.js';
import type { UpstreamLog } from '../upstream-log.js';
import type { StatefulWire, WireListener } from '../wire.js';
import type { Launcher } from './isolation.js';
import { Program, type Exit } from './program.js';

const NEWLINE = Buffer.from('\n');
const OPEN_BRACE = 0x7b;

/** Up to here a message is copied together with its newline; longer ones are written as two chunks. */
const COPY_BYTES = 16 * 1024;

const STDERR_LINE_BYTES = 64 * 1024;

export interface StdioOptions {
  readonly launcher: Launcher;
  readonly maxMessageBytes: number;
  readonly log: UpstreamLog;
  /** Called when there is no process, or none any more; maybe more than once. */
  readonly onGone?: (() => void) | undefined;
}

/** MCP over a child's stdin and stdout: one message per line (`basic/transports/stdio.mdx`). */
export class StdioWire implements StatefulWire {
  private program: Program | undefined;
  private closing = false;
  private corked = false;

  constructor(
    private readonly target: UpstreamTarget,
    private readonly options: StdioOptions,
  ) {}

  get pid(): number | undefined {
    return this.program?.pid;
  }

  async open(listener: WireListener): Promise<void> {
    const { log, maxMessageBytes } = this.options;
    const program = (this.program = await this.start());
    log.say('info', 'startup', `${this.target.name} was started.`, { pid: program.pid });
    const messages = new LineSplitter(maxMessageBytes, (line) => this.read(line, listener));
    const turns = new Turns(program.child.stdout);
    program.child.stdout.on('data', (chunk: Buffer) => {
      turns.count(chunk);
      this.feed(messages, chunk, listener);
    });
    program.child.stdin.on('error', () => undefined);
    this.followStderr(program);
    void program.exited.then((exit) => this.onExit(exit, listener));
  }

  /** A slow program's queue may hold two of the largest messages; what does not fit any more is refused. */
  send(message: Bytes): void {
    const stdin = this.program?.child.stdin;
    if (!stdin?.writable) throw new UpstreamError('UPSTREAM_CLOSED', 'The program does not read its input any more.');
    if (stdin.writableLength > 2 * this.options.maxMessageBytes) throw busy(this.target.name);
    this.corkUntilIdle();
    if (message.length <= COPY_BYTES && !(message instanceof Rope)) {
      stdin.write(Buffer.concat([onOneLine(message), NEWLINE], message.length + 1));
    } else {
      for (const part of partsOf(message)) stdin.write(onOneLine(part));
      stdin.write(NEWLINE);
    }
  }

  abandon(): boolean {
    return true;
  }

  initialized(_protocolVersion: string, notification: Buffer): Promise<void> {
    this.send(notification);
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.program?.stop();
  }

  private async start(): Promise<Program> {
    const { launcher, onGone } = this.options;
    try {
      const program = await Program.start(this.target, launcher);
      void program.exited.then(onGone);
      return program;
    } catch (error) {
      onGone?.();
      throw error;
    }
  }

  /** What is sent within one turn of the event loop goes out in one system call. */
  private corkUntilIdle(): void {
    if (this.corked) return;
    this.corked = true;
    const { stdin } = (this.program as Program).child;
    stdin.cork();
    setImmediate(() => {
      this.corked = false;
      stdin.uncork();
    });
  }

  private feed(messages: LineSplitter, chunk: Buffer, listener: WireListener): void {
    try {
      messages.feed(chunk);
    } catch (error) {
      if (error instanceof UpstreamError && !this.closing) listener.onLost(error);
    }
  }

  private read(line: Buffer, listener: WireListener): void {
    if (line[0] === OPEN_BRACE) listener.onMessage(line);
    else this.options.log.stray(line);
  }

  private followStderr(program: Program): void {
    const line = (bytes: Buffer) => this.options.log.stderr(bytes);
    let lines = new LineSplitter(STDERR_LINE_BYTES, line);
    program.child.stderr.on('data', (chunk: Buffer) => {
      try {
        lines.feed(chunk);
      } catch {
        lines = new LineSplitter(STDERR_LINE_BYTES, line);
      }
    });
    program.child.stderr.once('end', () => lines.flush());
  }

  private onExit({ code, signal }: Exit, listener: WireListener): void {
    this.program?.signal('SIGKILL');
    const how = signal ? `was killed by ${signal}` : `ended with exit code ${code}`;
    const expected = this.closing;
    this.options.log.say(expected ? 'info' : 'error', 'shutdown', `${this.target.name} ${how}.`, { code, signal });
    if (!expected) listener.onLost(this.gone(`The program ${how}.`, { code, signal }));
  }

  private gone(message: string, exit?: Exit): UpstreamError {
    return new UpstreamError('UPSTREAM_CLOSED', message, 'unknown', {
      stderr: [...this.options.log.tail],
      ...(exit?.code != null && { exitCode: exit.code }),
      ...(exit?.signal && { signal: exit.signal }),
    });
  }
}

function busy(name: string): UpstreamError {
  return new UpstreamError('UPSTREAM_BUSY', `${name} does not keep up with the calls. Try again in a moment.`);
}
