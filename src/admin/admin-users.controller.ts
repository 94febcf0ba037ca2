import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminOnly, type CurrentUser, UserAdministration, UserView, Who } from '../auth/index.js';
import { Answers, listOf } from '../shared/api/index.js';
import { type Answer, page, saved } from '../shared/html/index.js';
import { ChangeUserForm, UsersQuery } from './admin-users.form.js';

@ApiTags('admin')
@AdminOnly()
@Controller('admin/users')
export class AdminUsersController {
  constructor(private readonly users: UserAdministration) {}

  @ApiOperation({ summary: 'Everybody who has an account, by name' })
  @Answers(listOf(UserView))
  @Get()
  async index(@Query() query: UsersQuery, @Who() { id: me }: CurrentUser): Promise<Answer> {
    const found = await this.users.find(query);
    const { q, state } = query;
    const cursor = found.nextCursor;
    const olderHref =
      cursor && `/admin/users?${new URLSearchParams({ cursor, ...(q && { q }), ...(state && { state }) }).toString()}`;
    return page('admin/users', found, { q, state, me, olderHref }, { partial: 'admin/_users' });
  }

  @ApiOperation({ summary: 'Switch an account off or on, or make somebody an administrator; not yourself' })
  @Answers(UserView, { errors: { 409: 'Your own account.' } })
  @Patch(':id')
  async change(@Param('id') id: string, @Body() form: ChangeUserForm, @Who() by: CurrentUser): Promise<Answer> {
    const user = await this.users.change(id, form, by);
    return saved('/admin/users', user, { notice: `${user.name} is ${inWords(user)} now.` });
  }
}

function inWords({ isActive, isAdmin }: UserView): string {
  if (!isActive) return 'switched off';
  return isAdmin ? 'an administrator' : 'a user';
}
