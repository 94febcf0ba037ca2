import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor, SetMetadata } from '@nestjs/common';
import { ModuleRef, Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { catchError, type Observable } from 'rxjs';
import { AppError } from '../errors/index.js';
import { page } from './answer.js';
import { wanted } from './wants.js';

interface FormViewOptions {
  readonly template: string;
  /** A method of the controller that adds what the form needs besides the values. */
  readonly load?: string;
}

const FORM_VIEW = 'form-view';

/** The template that shows the form again, with what was typed and what is wrong with it, when an error names fields. */
export const FormView = (template: string, options: { load?: string } = {}) =>
  SetMetadata(FORM_VIEW, { template, ...options } satisfies FormViewOptions);

type Loader = (request: Request) => Promise<object>;

@Injectable()
export class FormViewInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly modules: ModuleRef,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const view = this.reflector.get<FormViewOptions | undefined>(FORM_VIEW, context.getHandler());
    const request = context.switchToHttp().getRequest<Request>();
    if (!view || wanted(request) === 'json') return next.handle();
    return next.handle().pipe(
      catchError(async (error: unknown) => {
        if (!(error instanceof AppError && error.fields)) throw error;
        return this.again(view, context, request, error);
      }),
    );
  }

  private async again(view: FormViewOptions, context: ExecutionContext, request: Request, error: AppError) {
    const loaded = view.load ? await this.loader(context, view.load)(request) : {};
    const form = { values: request.body as object, errors: error.fields ?? {}, message: error.message };
    return page(view.template, {}, { ...loaded, form }, { status: error.status });
  }

  private loader(context: ExecutionContext, method: string): Loader {
    const controller = this.modules.get<Record<string, Loader | undefined>>(context.getClass(), { strict: false });
    const load = controller[method];
    if (!load) throw new Error(`${context.getClass().name} has no method ${method}`);
    return load.bind(controller);
  }
}
