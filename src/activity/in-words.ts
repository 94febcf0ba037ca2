import type { ActivityView } from './activity.view.js';

const OPERATOR = 'The operator';
const LONGEST_VALUE = 80;

const NOUNS: Readonly<Record<string, string>> = { key: 'API key', settings: 'setting' };

/** What verb and object alone would not tell well; `…` stands where the object's name does. */
const PHRASES: Readonly<Record<string, string>> = {
  'invitation.accepted': 'accepted the invitation of …',
  'invitation.resent': 'sent the invitation of … again',
  'invitation.revoked': 'took the invitation of … back',
  'invitation.sent': 'invited …',
  'logs.deleted': 'deleted server logs …',
  'member.added': 'added … as a member',
  'member.left': 'left',
  'member.removed': 'removed the member …',
  'member.role_changed': 'changed the role of …',
  'session.ended': 'signed out …',
  'team.role_changed': 'changed the role of the team …',
  'user.disabled': 'switched the account of … off',
  'user.enabled': 'switched the account of … on',
  'user.made_admin': 'made … an administrator',
  'user.unmade_admin': 'took the rights of an administrator from …',
  'user.password_changed': 'changed their password',
  'user.renamed': 'changed their name',
  'user.signed_up': 'signed up',
};

export interface Sentence {
  readonly who: string;
  readonly before: string;
  /** `null`: the sentence does without it. */
  readonly name: string | null;
  readonly after: string;
}

/** "Otto enabled the server everything". */
export function sentenceOf({ type, actor, object }: ActivityView): Sentence {
  const isSelf = type === 'user.deleted' && actor?.id === object.id;
  const phrase = isSelf ? 'deleted their account' : (PHRASES[type] ?? plainPhrase(type));
  const [before = '', after] = phrase.split('…');
  const name = after === undefined ? null : object.name;
  return { who: actor?.name ?? OPERATOR, before: before.trim(), name, after: after?.trim() ?? '' };
}

function plainPhrase(type: string): string {
  const [noun = '', past = ''] = type.split('.');
  const verb = past === 'updated' ? 'changed' : past.replaceAll('_', ' ');
  return `${verb} the ${NOUNS[noun] ?? noun} …`;
}

/** The changed fields; `isUnsaid`: only that it changed is told. */
export function changesInWords({ changes }: ActivityView) {
  return changes.map(({ field, from, to }) => ({
    field,
    from: inWords(from),
    to: inWords(to),
    isUnsaid: from === null && to === null,
  }));
}

function inWords(value: string | number | boolean | null): string {
  if (value === null || value === '') return 'nothing';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  const text = String(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
