import { Global, Module } from '@nestjs/common';
import { Changes } from './changes.service.js';
import { Deeds } from './deeds.js';
import { Events } from './events.js';
import { Transactions } from './transactions.service.js';

/** `Events` within this process, `Changes` across replicas, `Deeds` of people, and `Transactions` that keep them together. */
@Global()
@Module({ providers: [Events, Changes, Deeds, Transactions], exports: [Events, Changes, Deeds, Transactions] })
export class EventsModule {}
