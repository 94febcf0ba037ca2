import { EraVerdicts, otherThan, speaksOtherwise } from './era-verdicts.js';
import type { Era, Eras, Link, UpstreamTarget } from './link.js';

/** A link that answers strangely is looked into at most so often, ms. */
const DOUBT_MS = 60_000;

/** How the links are opened between which is chosen. */
interface Legs {
  /** The shared link of this era. @throws UpstreamError */
  shared(target: UpstreamTarget, era: Era): Promise<Link>;
  /** Resolves when the upstream has shown that it speaks 2026-07-28. @throws UpstreamError */
  tryModern(target: UpstreamTarget): Promise<void>;
}

/**
 * Which era a link to an upstream should be of. Each upstream is tried for both, once in a while. That one is not
 * spoken is only believed while the other one is: an upstream that answers neither is out of order.
 */
export class EraChoice {
  private readonly verdicts = new EraVerdicts();
  private readonly trials = new Map<string, Promise<boolean | undefined>>();

  constructor(private readonly legs: Legs) {}

  /** A legacy link, opened by `open`, where the upstream speaks that era. No trial delays it. @throws UpstreamError */
  async legacyFirst(target: UpstreamTarget, open: (era: Era) => Promise<Link>): Promise<Link> {
    const first = this.verdicts.speaks(target, 'legacy') === false ? 'modern' : 'legacy';
    try {
      return await this.noted(target, open(first));
    } catch (error) {
      if (!speaksOtherwise(error, target, first) || !(await this.maySpeak(target, otherThan(first)))) throw error;
      const link = await this.noted(target, open(otherThan(first)));
      this.verdicts.note(target, first, false);
      return link;
    }
  }

  /** The shared modern link, where the upstream speaks that era. @throws UpstreamError */
  async modernFirst(target: UpstreamTarget): Promise<Link> {
    if (!(await this.speaksModern(target))) return this.sharedLegacyFirst(target);
    try {
      return await this.legs.shared(target, 'modern');
    } catch (error) {
      if (!speaksOtherwise(error, target, 'modern')) throw error;
      this.verdicts.forget(target, 'modern');
      return this.sharedLegacyFirst(target);
    }
  }

  /** @throws UpstreamError when the upstream answers in neither era. */
  async eras(target: UpstreamTarget): Promise<Eras> {
    const modern = (await this.speaksModern(target)) ?? false;
    const known = this.verdicts.speaks(target, 'legacy');
    return { modern, legacy: known ?? (await this.sharedLegacyFirst(target)).era === 'legacy' };
  }

  /** What a connection test has shown. */
  note(target: UpstreamTarget, eras: Eras): void {
    this.verdicts.note(target, 'legacy', eras.legacy);
    this.verdicts.note(target, 'modern', eras.modern);
  }

  /** The modern link answers as if the upstream did not speak its era any more: resolves with true when that is so. */
  async doubt(target: UpstreamTarget): Promise<boolean> {
    if (this.verdicts.age(target, 'modern') < DOUBT_MS) return false;
    this.verdicts.forget(target, 'modern');
    return (await this.trial(target)) === false;
  }

  forget(serverId: string): void {
    this.verdicts.forgetServer(serverId);
  }

  private sharedLegacyFirst(target: UpstreamTarget): Promise<Link> {
    return this.legacyFirst(target, (era) => this.legs.shared(target, era));
  }

  private async noted(target: UpstreamTarget, opening: Promise<Link>): Promise<Link> {
    const link = await opening;
    if (this.verdicts.speaks(target, link.era) !== true) this.verdicts.note(target, link.era, true);
    return link;
  }

  private async maySpeak(target: UpstreamTarget, era: Era): Promise<boolean> {
    return era === 'legacy' || (target.transport !== 'sse' && (await this.trial(target)) === true);
  }

  /** Undefined: it cannot be told now. */
  private async speaksModern(target: UpstreamTarget): Promise<boolean | undefined> {
    return this.verdicts.speaks(target, 'modern') ?? this.trial(target);
  }

  private trial(target: UpstreamTarget): Promise<boolean | undefined> {
    const key = `${target.serverId} ${target.revision}`;
    let trial = this.trials.get(key);
    if (!trial) {
      trial = this.tryModern(target).finally(() => this.trials.delete(key));
      this.trials.set(key, trial);
    }
    return trial;
  }

  private async tryModern(target: UpstreamTarget): Promise<boolean | undefined> {
    try {
      await this.legs.tryModern(target);
      this.verdicts.note(target, 'modern', true);
      return true;
    } catch (error) {
      if (!speaksOtherwise(error, target, 'modern')) return undefined;
      const stands = await this.legs.shared(target, 'legacy').catch(() => undefined);
      if (!stands) return undefined;
      this.verdicts.note(target, 'legacy', true);
      this.verdicts.note(target, 'modern', false);
      return false;
    }
  }
}
