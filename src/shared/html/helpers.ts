import Handlebars from 'handlebars';
import { assetUrl } from '../http/assets.js';
import { componentHelpers } from './engine-template.js';
import { fieldId, fieldModel, formErrors } from './helpers-field.js';
import { ago, bytes, count, duration, plural, time } from './helpers-format.js';
import { buttonClass, exactly, methodUrl, toneIcon } from './helpers-component.js';
import { asText, attribute, icon, initials, options, safeUrl, status } from './helpers-markup.js';

/** Handlebars passes one more argument than the template wrote. */
const written = <T>(values: T[]): T[] => values.slice(0, -1);

/** As `{{#if}}` sees it: an empty list and 0 are nothing. */
const isEmpty = (value: unknown): boolean => !value || Handlebars.Utils.isEmpty(value);

const decisions = {
  eq: (a: unknown, b: unknown) => a === b,
  not: (value: unknown) => isEmpty(value),
  or: (...values: unknown[]) => written(values).find((value) => !isEmpty(value)),
  and: (...values: unknown[]) => written(values).every((value) => !isEmpty(value)),
  either: (test: unknown, yes: unknown, no: unknown) => (isEmpty(test) ? no : yes),
  includes: (list: unknown, item: unknown) => Array.isArray(list) && list.includes(item),
};

const building = {
  concat: (...parts: unknown[]) => written(parts).map(asText).join(''),
  encode: (text: unknown) => encodeURIComponent(asText(text)),
  words: (text: unknown) => asText(text).split(' ').filter(Boolean),
  list: (...items: unknown[]) => written(items),
  object: ({ hash }: Handlebars.HelperOptions) => hash as object,
  inc: (index: number) => index + 1,
  json: (value: unknown) => JSON.stringify(value, null, 2) ?? '',
};

const attributes = {
  checked: attribute('checked'),
  selected: attribute('selected'),
  disabled: attribute('disabled'),
  required: attribute('required'),
};

/** What templates may call; views/README.md lists what is not for the components alone. */
export const helpers = {
  ...componentHelpers,
  ...decisions,
  ...building,
  ...attributes,
  ago: (at: string, none?: unknown) => ago(at, none),
  asset: assetUrl,
  buttonClass,
  bytes,
  count,
  duration,
  exactly,
  fieldId: (name: unknown) => fieldId(asText(name)),
  fieldModel,
  formErrors,
  icon,
  initials,
  methodUrl,
  options,
  plural,
  safeUrl,
  status,
  time,
  toneIcon,
};
