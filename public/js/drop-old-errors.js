// What was wrong with the fields of a form is no longer true once [data-drops-errors] has asked anew; the summary stays the server's.
document.addEventListener('htmx:after:swap', ({ detail }) => {
  const button = detail.ctx.sourceElement.closest('[data-drops-errors]');
  button?.form.querySelectorAll('[aria-invalid]').forEach(drop);
  button?.form.querySelectorAll('.field .form-error').forEach((sentence) => sentence.remove());
});

function drop(input) {
  const notes = input.getAttribute('aria-describedby')?.split(' ') ?? [];
  const left = notes.filter((id) => !document.getElementById(id)?.classList.contains('form-error'));
  input.removeAttribute('aria-invalid');
  if (left.length > 0) input.setAttribute('aria-describedby', left.join(' '));
  else input.removeAttribute('aria-describedby');
}
