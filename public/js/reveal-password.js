// [data-reveal="#input"] shows what was typed into a password field.
document.querySelectorAll('[data-reveal]').forEach((button) => (button.hidden = false));

document.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-reveal]');
  if (!button) return;
  const input = document.querySelector(button.dataset.reveal);
  const isShown = input.type === 'password';
  input.type = isShown ? 'text' : 'password';
  button.setAttribute('aria-pressed', String(isShown));
});
