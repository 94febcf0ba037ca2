import type { AnyLink, Link } from '../../servers/index.js';
import { withId, type Frame, type RequestId } from '../../shared/jsonrpc/index.js';
import type { ServerRecord } from '../routing/sources.js';
import type { Asker } from './questions.js';
import type { Reply } from './reply.js';

/** A link that one session alone uses: what the upstream says on it is for this client. */
export class OwnLink implements Asker {
  /** Replies of the calls that run on it, oldest first. */
  readonly replies = new Set<Reply>();
  readonly subscriptions = new Set<string>();
  link: Link | undefined;
  readonly opening: Promise<Link>;
  /** Set as soon as the upstream asks something, which it may do before the link is ready for calls. */
  asking: AnyLink | undefined;
  /** Its holder does not need it any more, be it open yet or not. */
  dismissed = false;
  private failed = false;

  constructor(
    readonly server: ServerRecord,
    open: (own: OwnLink) => Promise<Link>,
  ) {
    this.opening = open(this).then(
      (link) => (this.link = link),
      (error: unknown) => {
        this.failed = true;
        throw error;
      },
    );
  }

  isUsableFor(server: ServerRecord): boolean {
    return !this.failed && this.server.revision === server.revision && this.link?.closed !== true;
  }

  /** Where to say what belongs to no call in particular: beside the latest call whose client is there to hear it. */
  get latestReply(): Reply | undefined {
    return [...this.replies].findLast((reply) => reply.isReachable);
  }

  answered(response: Frame, id: RequestId): void {
    this.answer(withId(response, id));
  }

  /** What the upstream has asked is answered. */
  answer(bytes: Buffer): void {
    (this.link ?? this.asking)?.send(bytes);
  }

  close(reason: string): void {
    this.dismissed = true;
    this.opening.then(
      (link) => link.close(reason),
      () => undefined,
    );
  }
}
