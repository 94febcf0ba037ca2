import { either, flag, id, list, named, nullable, number, object, type Of, text, time } from '../shared/api/index.js';

const Place = object({
  id: id(),
  slug: nullable(text('null: it is deleted, or not seen from here.')),
  name: nullable(text()),
});
const plain = nullable(either(either(text(), number()), flag()));

/** Something a person did. */
export const ActivityView = named('Activity', {
  id: id(),
  at: time(),
  type: text('The object and the verb in the past tense.', { example: 'server.created' }),
  actor: nullable(object({ id: id('Also of an account that is deleted.'), name: text('At that time.') })),
  object: object({ type: text(), id: nullable(text()), name: text('At that time.') }),
  changes: list(object({ field: text(), from: plain, to: plain }), 'Of secrets only the names: both values are null.'),
  ip: nullable(text()),
  project: nullable(Place),
  team: nullable(Place),
});
export type ActivityView = Of<typeof ActivityView>;

interface Names {
  readonly slug: string | null;
  readonly name: string | null;
}

export interface ActivityRecord {
  readonly id: string;
  readonly at: Date;
  readonly type: string;
  readonly actorId: string | null;
  readonly actorName: string | null;
  readonly ip: string | null;
  readonly projectId: string | null;
  readonly project: Names;
  readonly teamId: string | null;
  readonly team: Names;
  readonly objectType: string;
  readonly objectId: string | null;
  readonly objectName: string;
  readonly changes: ActivityView['changes'];
}

export function activityView(record: ActivityRecord): ActivityView {
  const { id, type, actorId, actorName, ip, changes, projectId, teamId } = record;
  return {
    ...{ id, at: record.at.toISOString(), type },
    actor: actorId === null ? null : { id: actorId, name: actorName ?? '' },
    object: { type: record.objectType, id: record.objectId, name: record.objectName },
    ...{ changes, ip },
    project: projectId === null ? null : { id: projectId, ...record.project },
    team: teamId === null ? null : { id: teamId, ...record.team },
  };
}
