import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { FieldErrors } from '../shared/errors/index.js';
import type { Registration } from './registration.js';
import { faultsOf } from './registration-rules.js';
import { UpstreamError, UpstreamPool } from './upstream/index.js';

/** A name server that does not answer must not hold up a form; the address is checked again at each connect. */
const LOOKUP_MS = 2000;

/** What must hold before a registration is stored or tried. */
@Injectable()
export class RegistrationCheck {
  constructor(private readonly pool: UpstreamPool) {}

  async faults(registration: Registration): Promise<FieldErrors> {
    const faults = faultsOf(registration);
    if (registration.transport === 'stdio' || faults.url || !registration.url) return faults;
    const refusal = await this.refusal(new URL(registration.url));
    return refusal ? { ...faults, url: refusal } : faults;
  }

  private async refusal(url: URL): Promise<string | undefined> {
    try {
      await Promise.race([this.pool.guard.check(url), pause(LOOKUP_MS, undefined, { ref: false })]);
      return undefined;
    } catch (error) {
      return error instanceof UpstreamError && error.code === 'ADDRESS_REFUSED' ? error.message : undefined;
    }
  }
}
