import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, type Repository } from 'typeorm';
import { NotFound } from '../shared/errors/index.js';
import { User } from './user.entity.js';

/** Finds people, for this module and the others. */
@Injectable()
export class UsersService {
  constructor(@InjectRepository(User) private readonly users: Repository<User>) {}

  /** @throws NotFound */
  async get(id: string): Promise<User> {
    const user = await this.find(id);
    if (!user) throw new NotFound('user');
    return user;
  }

  find(id: string): Promise<User | null> {
    return this.users.findOneBy({ id });
  }

  /** However it is written: an address is one account's. */
  findByEmail(email: string): Promise<User | null> {
    return this.users.createQueryBuilder('person').where('lower(person.email) = lower(:email)', { email }).getOne();
  }

  findMany(ids: readonly string[]): Promise<User[]> {
    return this.users.findBy({ id: In(ids) });
  }
}
