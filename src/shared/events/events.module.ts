import { Global, Module } from '@nestjs/common';
import { Changes } from './changes.service.js';
import { Events } from './events.js';

/** Makes `Events` (within this process) and `Changes` (across replicas) injectable everywhere. */
@Global()
@Module({ providers: [Events, Changes], exports: [Events, Changes] })
export class EventsModule {}
