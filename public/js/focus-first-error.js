// A refused form is read from its summary of errors, on a new page as after a swap.
function focusSummary() {
  document.querySelector('[data-form-errors]')?.focus();
}

focusSummary();
document.addEventListener('htmx:after:swap', focusSummary);
