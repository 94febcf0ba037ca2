import { EventEmitter } from 'node:events';
import { Injectable, Logger } from '@nestjs/common';
import type { Vocabulary } from './vocabulary.js';

/**
 * In-process events. A listener that throws is logged and never harms the emitter. What a listener must not lose in a crash
 * it writes by `setImmediate`, together with all else of that turn.
 */
@Injectable()
export class Events {
  private readonly emitter = new EventEmitter();
  private readonly logger = new Logger(Events.name);

  emit<Name extends keyof Vocabulary>(name: Name, event: Vocabulary[Name]): void {
    this.emitter.emit(name, event);
  }

  /** Runs `then` when the listeners have put what was emitted where a crash cannot reach it: later in this turn of the loop. */
  afterKept(then: () => void): void {
    setImmediate(then);
  }

  on<Name extends keyof Vocabulary>(name: Name, listener: (event: Vocabulary[Name]) => void): void {
    this.emitter.on(name, (event: Vocabulary[Name]) => {
      try {
        listener(event);
      } catch (error) {
        this.logger.error(`A listener of ${name} failed`, error instanceof Error ? error.stack : String(error));
      }
    });
  }
}
