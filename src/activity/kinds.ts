/** Kinds of objects that things are done to, as the filter offers them. */
const KINDS = {
  server: 'Servers',
  tool: 'Tools',
  key: 'API keys',
  member: 'Members',
  invitation: 'Invitations',
  team: 'Teams',
  project: 'Project and its settings',
  logs: 'Logs',
  user: 'Users',
  session: 'Sessions',
  settings: 'Settings',
} as const;

type Kind = keyof typeof KINDS;

const choices = (...kinds: Kind[]) => kinds.map((value) => ({ value, label: KINDS[value] }));

export const PROJECT_KINDS = choices('server', 'tool', 'key', 'member', 'invitation', 'team', 'project', 'logs');
export const TEAM_KINDS = choices('team', 'member', 'invitation');
export const ALL_KINDS = choices(...(Object.keys(KINDS) as Kind[]));
