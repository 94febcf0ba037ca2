import { describe, expect, it } from 'vitest';
import { fieldId, fieldModel, formErrors } from '../../../src/shared/html/helpers-field.js';

const refused = {
  values: { name: 'sent', env: [{ name: 'TOKEN' }], password: 'secret' },
  errors: { name: 'Choose another name.', 'env.0.name': 'Use capitals.' },
};

describe('a form field', () => {
  it('shows the value it is given, until something was sent', () => {
    expect(fieldModel({ name: 'name', value: 'stored' }, undefined)).toMatchObject({ value: 'stored' });
    expect(fieldModel({ name: 'name', value: 'stored' }, { values: {} })).toMatchObject({ value: 'stored' });
    expect(fieldModel({ name: 'name', value: 'stored' }, refused)).toMatchObject({ value: 'sent' });
    expect(fieldModel({ name: 'name', value: 'stored' }, { values: { name: '' } })).toMatchObject({ value: '' });
  });

  it('finds its value and its error under a nested name', () => {
    expect(fieldModel({ name: 'env[0][name]' }, refused)).toMatchObject({
      id: 'field_env_0_name',
      value: 'TOKEN',
      error: 'Use capitals.',
      describedBy: 'field_env_0_name_error',
    });
  });

  it('is described by its error and its hint', () => {
    expect(fieldModel({ name: 'name', hint: 'Letters.' }, refused)).toMatchObject({
      describedBy: 'field_name_error field_name_hint',
    });
    expect(fieldModel({ name: 'other' }, refused)).toMatchObject({ describedBy: '', error: undefined });
  });

  it('never shows a password again', () => {
    expect(fieldModel({ name: 'password', type: 'password', value: 'x' }, refused)).toMatchObject({ value: '' });
  });

  it('stays unticked when it was sent unticked and refused', () => {
    const box = { name: 'enabled', type: 'checkbox', value: true };
    expect(fieldModel(box, { values: {} })).toMatchObject({ on: true });
    expect(fieldModel(box, refused)).toMatchObject({ on: false });
    expect(fieldModel(box, { ...refused, values: { enabled: 'true' } })).toMatchObject({ on: true });
  });

  it('does not take the value of a name that every object has', () => {
    expect(fieldModel({ name: 'constructor' }, refused)).toMatchObject({ value: '', error: undefined });
  });

  it('marks the chosen one of several', () => {
    const radio = {
      name: 'transport',
      type: 'radio',
      options: ['stdio', { value: 'sse', label: 'SSE' }],
      value: 'sse',
    };
    expect(fieldModel(radio, undefined)).toMatchObject({
      choices: [
        { id: 'field_transport_0', label: 'stdio', chosen: false },
        { id: 'field_transport_1', label: 'SSE', chosen: true },
      ],
    });
  });
});

describe('the summary of a refused form', () => {
  it('leads to each field', () => {
    expect(formErrors(refused)).toEqual({
      message: '2 things need a change:',
      items: [
        { href: '#field_name', text: 'Choose another name.' },
        { href: `#${fieldId('env[0][name]')}`, text: 'Use capitals.' },
      ],
    });
  });

  it('is not there when nothing is wrong', () => {
    expect([formErrors(undefined), formErrors({ values: {}, errors: {} })]).toEqual([undefined, undefined]);
  });
});
