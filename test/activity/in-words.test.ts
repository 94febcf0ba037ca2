import { describe, expect, it } from 'vitest';
import type { ActivityView } from '../../src/activity/activity.view.js';
import { changesInWords, sentenceOf } from '../../src/activity/in-words.js';

const otto = { id: '1', name: 'Otto' };

function say(type: string, name = 'everything', actor: ActivityView['actor'] = otto, id = '2'): string {
  const object = { type: type.split('.')[0] ?? '', id, name };
  const sentence = sentenceOf({ type, actor, object } as ActivityView);
  return [sentence.who, sentence.before, sentence.name, sentence.after].filter(Boolean).join(' ');
}

describe('An activity in words', () => {
  it.each([
    ['server.enabled', 'everything', 'Otto enabled the server everything'],
    ['server.updated', 'everything', 'Otto changed the server everything'],
    ['key.revoked', 'ci', 'Otto revoked the API key ci'],
    ['tool.disabled', 'github/search', 'Otto disabled the tool github/search'],
    ['member.role_changed', 'Nora', 'Otto changed the role of Nora'],
    ['member.left', 'Otto', 'Otto left'],
    ['invitation.resent', 'eve@example.com', 'Otto sent the invitation of eve@example.com again'],
    ['user.signed_up', 'Otto', 'Otto signed up'],
    ['logs.deleted', 'older than 7 days', 'Otto deleted server logs older than 7 days'],
    ['thing.never_seen', 'x', 'Otto never seen the thing x'],
  ])('%s', (type, name, sentence) => {
    expect(say(type, name)).toBe(sentence);
  });

  it('tells whether somebody deleted their own account or that of another', () => {
    expect(say('user.deleted', 'Otto', otto, otto.id)).toBe('Otto deleted their account');
    expect(say('user.deleted', 'Nora', otto)).toBe('Otto deleted the user Nora');
  });

  it('names the operator, who has no account', () => {
    expect(say('project.deleted', 'Demo', null)).toBe('The operator deleted the project Demo');
  });

  it('says values in words, long ones in part, and of secrets only that they changed', () => {
    const changes = [
      { field: 'enabled', from: true, to: false },
      { field: 'cwd', from: null, to: '/srv' },
      { field: 'description', from: '', to: 'x'.repeat(100) },
      { field: 'env.TOKEN', from: null, to: null },
    ];
    expect(changesInWords({ changes } as unknown as ActivityView)).toEqual([
      { field: 'enabled', from: 'on', to: 'off', isUnsaid: false },
      { field: 'cwd', from: 'nothing', to: '/srv', isUnsaid: false },
      { field: 'description', from: 'nothing', to: `${'x'.repeat(80)}…`, isUnsaid: false },
      { field: 'env.TOKEN', from: 'nothing', to: 'nothing', isUnsaid: true },
    ]);
  });
});
