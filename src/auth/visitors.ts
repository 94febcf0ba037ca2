import { isIP } from 'node:net';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { TrustedProxies } from '../shared/http/index.js';

/** Where a request came from. */
export interface Visitor {
  readonly ip: string | null;
  readonly userAgent: string | null;
}

const LONGEST_USER_AGENT = 500;

@Injectable()
export class Visitors {
  constructor(private readonly proxies: TrustedProxies) {}

  of(request: Request): Visitor {
    const [address = ''] = this.proxies.clientIp(request).split('%'); // the zone of a link-local address is ours
    return {
      ip: isIP(address) ? address : null,
      userAgent: request.get('User-Agent')?.slice(0, LONGEST_USER_AGENT) ?? null,
    };
  }
}
