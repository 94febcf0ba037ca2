import { id, integer, named, type Of, oneOf, text, time } from '../../shared/api/index.js';
import { ROLES } from '../project-role.js';
import { ProjectView } from '../project.view.js';

const CAP = 'The most that anybody has there through the team.';

/** A team as a project has it. */
export const ProjectTeamView = named('ProjectTeam', {
  teamId: id(),
  slug: text(),
  name: text(),
  role: oneOf(ROLES, CAP),
  members: integer('How many people are in the team.'),
  invitedAt: time(),
});
export type ProjectTeamView = Of<typeof ProjectTeamView>;

/** A project as one of its teams has it. */
export const TeamProjectView = named('TeamProject', { ...ProjectView.fields, teamRole: oneOf(ROLES, CAP) });
export type TeamProjectView = Of<typeof TeamProjectView>;
