// hx-confirm="sentence" asks in the page's own dialog; title and button by data-confirm-title, data-confirm-button.
const dialog = document.getElementById('confirm-dialog');

document.addEventListener('htmx:confirm', (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  const { dataset } = ctx.sourceElement;
  event.preventDefault();
  put('title', dataset.confirmTitle ?? 'Are you sure?');
  put('text', ctx.confirm);
  put('button', dataset.confirmButton ?? 'Continue');
  dialog.returnValue = '';
  dialog.addEventListener('close', () => (dialog.returnValue === 'confirm' ? issueRequest() : dropRequest()), {
    once: true,
  });
  dialog.showModal();
});

function put(part, text) {
  dialog.querySelector(`[data-confirm-${part}]`).textContent = text;
}
