// Shows `toast` events (also sent by the server in HX-Trigger), and takes every toast away again.
const SHOWN_FOR = 6000;
const region = document.getElementById('toast');

document.addEventListener('toast', ({ detail }) => {
  const toast = document.createElement('div');
  toast.className = detail.tone === 'bad' ? 'toast-item toast-bad' : 'toast-item';
  toast.dataset.toast = '';
  toast.textContent = detail.text;
  region.replaceChildren(toast);
});

function leaveLater(toast) {
  setTimeout(() => {
    if (toast.matches(':hover, :focus-within')) leaveLater(toast);
    else toast.remove();
  }, SHOWN_FOR);
}

region.querySelectorAll('[data-toast]').forEach(leaveLater);
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) if (node.matches?.('[data-toast]')) leaveLater(node);
  }
}).observe(region, { childList: true });
