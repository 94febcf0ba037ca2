// A form[data-submit-on-change] is sent as soon as one of its choices changes.
document.addEventListener('change', ({ target }) => {
  target.closest('form[data-submit-on-change]')?.requestSubmit();
});
