import type { RequestHandler } from 'express';
import type { Config } from '../config/index.js';
import { Forbidden } from '../errors/index.js';
import { isLoopback } from './origin.js';

/**
 * Pages answer under their own name only, so that a foreign name that resolves to this machine reaches nothing (DNS
 * rebinding). Probes of a load balancer ask by address.
 */
export function ownHost({ publicUrl }: Config): RequestHandler {
  return (request, _response, next) => {
    const { host } = request.headers;
    const isOurs = host !== undefined && (host === publicUrl.host || isLoopback(host));
    if (isOurs || request.path.startsWith('/health/')) return next();
    next(new Forbidden(`This address is not ${publicUrl.origin}: open that, or set PUBLIC_URL to the one people use.`));
  };
}
