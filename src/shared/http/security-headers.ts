import helmet from 'helmet';
import type { RequestHandler } from 'express';
import type { Config } from '../config/index.js';

const NONE = ["'none'"];
const SELF = ["'self'"];

const PAGES = {
  defaultSrc: NONE,
  scriptSrc: SELF,
  styleSrc: SELF,
  imgSrc: ["'self'", 'data:'],
  fontSrc: SELF,
  connectSrc: SELF,
  formAction: SELF,
  frameAncestors: NONE,
  baseUri: NONE,
  manifestSrc: SELF,
};

/** Swagger UI writes inline styles. */
const DOCS = { ...PAGES, styleSrc: ["'self'", "'unsafe-inline'"] };

/** HSTS and upgrades only when people reach us by https: they would break plain-HTTP installations. */
export function securityHeaders({ publicUrl }: Config): RequestHandler {
  const https = publicUrl.protocol === 'https:';
  const withPolicy = (directives: Record<string, string[]>) =>
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { ...directives, ...(https && { upgradeInsecureRequests: [] }) },
      },
      strictTransportSecurity: https,
      crossOriginOpenerPolicy: https,
      originAgentCluster: https,
    });
  const pages = withPolicy(PAGES);
  const docs = withPolicy(DOCS);
  return (request, response, next) => (request.path.startsWith('/api/docs') ? docs : pages)(request, response, next);
}
