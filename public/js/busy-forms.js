// The pressed button of a form[data-busy] shows that it works, and the form is not sent twice.
document.addEventListener(
  'submit',
  (event) => {
    const form = event.target;
    if (form.dataset.busy === undefined) return;
    if (form.getAttribute('aria-busy') === 'true') {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    mark(form, event.submitter, true);
  },
  { capture: true },
);

document.addEventListener('htmx:finally:request', ({ detail }) => {
  const form = detail.ctx.sourceElement.closest('form[data-busy]');
  if (form) mark(form, undefined, false);
});

// Back may bring the page as it was left.
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted) document.querySelectorAll('form[data-busy]').forEach((form) => mark(form, undefined, false));
});

function mark(form, button, busy) {
  form.setAttribute('aria-busy', String(busy));
  if (busy) (button ?? form.querySelector('[type=submit]'))?.setAttribute('aria-busy', 'true');
  else form.querySelectorAll('button[aria-busy]').forEach((each) => each.removeAttribute('aria-busy'));
}
