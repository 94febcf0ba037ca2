import { flag, id, list, named, nullable, type Of, text, time } from '../shared/api/index.js';
import type { UserSession } from './user-session.entity.js';
import { UserView } from './user.view.js';

const BROWSERS: readonly [RegExp, string][] = [
  [/\bEdg\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\//, 'Firefox'],
  [/Chrom(?:e|ium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/\bcurl\//, 'curl'],
];
const SYSTEMS: readonly [RegExp, string][] = [
  [/\bAndroid\b/, 'Android'],
  [/\b(?:iPhone|iPad)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

/** One of a user's own sessions, as the profile shows it. */
export const SessionView = named('UserSession', {
  id: id(),
  current: flag('The one that asks.'),
  device: text('Most likely.', { example: 'Firefox on Linux' }),
  ip: nullable(text()),
  createdAt: time(),
  lastSeenAt: time(),
  expiresAt: time(),
});
export type SessionView = Of<typeof SessionView>;

/** A user as they see themselves. */
export const ProfileView = named('Profile', { ...UserView.fields, sessions: list(SessionView) });
export type ProfileView = Of<typeof ProfileView>;

export function sessionView(session: UserSession, currentId: string): SessionView {
  return {
    id: session.id,
    current: session.id === currentId,
    device: deviceName(session.userAgent),
    ip: session.ip,
    createdAt: session.createdAt.toISOString(),
    lastSeenAt: session.lastSeenAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
  };
}

/** What a User-Agent header most likely is, in a person's words. */
export function deviceName(userAgent: string | null): string {
  const named = (list: readonly [RegExp, string][]) => list.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1];
  const browser = named(BROWSERS) ?? userAgent?.split(/[\s/]/)[0] ?? '';
  const system = named(SYSTEMS);
  if (browser && system) return `${browser} on ${system}`;
  return browser || system || 'Unknown program';
}
