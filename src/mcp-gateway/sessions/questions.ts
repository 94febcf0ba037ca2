import { membersOf, parse, splice, textOf, withId, type Frame, type RequestId } from '../../shared/jsonrpc/index.js';

/** Who has asked, and hears the answer. */
export interface Asker {
  answered(response: Frame, id: RequestId): void;
}

interface Question {
  readonly from: Asker;
  /** The id that the asker gave it. */
  readonly id: RequestId;
}

/** What upstreams have asked the client of one session and what it has not answered yet, under ids of ours. */
export class Questions {
  private readonly open = new Map<string, Question>();
  private last = 0;

  /** The request as the client gets it. */
  ask(from: Asker, request: Frame): Buffer {
    const id = `gw${++this.last}`;
    this.open.set(id, { from, id: request.id as RequestId });
    return withId(request, id);
  }

  areOpen(from: Asker): boolean {
    for (const question of this.open.values()) if (question.from === from) return true;
    return false;
  }

  /** Sends the client's answer to whoever asked; an answer that nobody waits for is dropped. */
  answer(response: Frame): void {
    const question = this.open.get(String(response.id));
    if (!question) return;
    this.open.delete(String(response.id));
    question.from.answered(response, question.id);
  }

  /** The upstream's `notifications/cancelled` with the id that the client knows; nothing when it is answered already. */
  cancel(from: Asker, { bytes, params }: Frame): Buffer | undefined {
    const span = params && membersOf(bytes, params).get('requestId');
    if (!span) return undefined;
    const requestId = parse(textOf(bytes, span));
    for (const [id, question] of this.open) {
      if (question.from !== from || question.id !== requestId) continue;
      this.open.delete(id);
      return splice(bytes, [{ ...span, text: JSON.stringify(id) }]);
    }
    return undefined;
  }

  forget(from: Asker): void {
    for (const [id, question] of this.open) if (question.from === from) this.open.delete(id);
  }
}
