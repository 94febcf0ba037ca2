import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { FieldErrors } from '../shared/errors/index.js';
import { Limiter } from '../shared/limiter.js';
import type { Registration } from './registration.js';
import { faultsOf } from './registration-rules.js';
import { UpstreamError, UpstreamPool } from './upstream/index.js';

/** A name server that does not answer must not hold up a form; the address is checked again at each connect. */
const LOOKUP_MS = 2000;

/** Links look names up in the same queue, which a long import must not fill. */
const AT_ONCE = 2;

/** What must hold before a registration is stored or tried. */
@Injectable()
export class RegistrationCheck {
  private readonly limiter = new Limiter(AT_ONCE);

  constructor(private readonly pool: UpstreamPool) {}

  async faults(registration: Registration): Promise<FieldErrors> {
    const faults = faultsOf(registration);
    if (registration.transport === 'stdio' || faults.url || !registration.url) return faults;
    const refusal = await this.refusal(new URL(registration.url));
    return refusal ? { ...faults, url: refusal } : faults;
  }

  private async refusal(url: URL): Promise<string | undefined> {
    const { guard } = this.pool;
    const deadline = performance.now() + LOOKUP_MS;
    try {
      guard.checkLiteral(url);
      // Whose turn comes too late is not looked up: nobody waits for it any more.
      const check = this.limiter.run(async () => (performance.now() < deadline ? guard.check(url) : undefined));
      await Promise.race([check, pause(LOOKUP_MS, undefined, { ref: false })]);
      return undefined;
    } catch (error) {
      return error instanceof UpstreamError && error.code === 'ADDRESS_REFUSED' ? error.message : undefined;
    }
  }
}
