// Ctrl/⌘+P (or K) opens the palette of projects; digits and Ctrl/⌘+1…9 go to one directly, in the section one is in.
const dialog = document.getElementById('switcher');
const search = dialog?.querySelector('input[name=q]');
const section = /^\/projects\/[^/]+\/([a-z-]+)/.exec(location.pathname)?.[1] ?? '';

const links = () => [...dialog.querySelectorAll('#switcher_list a')];

function open() {
  if (dialog.open) return;
  dialog.querySelector('input[name=section]').value = section;
  search.value = '';
  dialog.showModal();
  search.focus();
  dialog.querySelector('form').dispatchEvent(new CustomEvent('switcher-open'));
}

async function goTo(number) {
  const answer = await fetch(`/projects?section=${section}&limit=9`, { headers: { accept: 'application/json' } });
  if (!answer.ok) return;
  const project = (await answer.json()).items[number - 1];
  if (project) location.assign(`/projects/${project.slug}${section && `/${section}`}`);
}

function move(step) {
  const all = links();
  const at = all.indexOf(document.activeElement);
  const next = at + step;
  if (next < 0) search.focus();
  else all[Math.min(next, all.length - 1)]?.focus();
}

function inPalette(event) {
  const digit = /^[1-9]$/.test(event.key) ? Number(event.key) : 0;
  if (event.key === 'ArrowDown') move(1);
  else if (event.key === 'ArrowUp') move(-1);
  else if (event.key === 'Enter' && event.target === search) links()[0]?.click();
  else if (digit && search.value === '' && links()[digit - 1]) links()[digit - 1].click();
  else return;
  event.preventDefault();
}

if (dialog) {
  for (const button of document.querySelectorAll('[data-switcher]')) {
    button.addEventListener('click', (event) => {
      event.preventDefault();
      open();
    });
  }
  dialog.addEventListener('keydown', inPalette);
  document.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const opens = event.key === 'p' || event.key === 'k';
    if (!opens && !/^[1-9]$/.test(event.key)) return;
    event.preventDefault();
    if (opens) open();
    else goTo(Number(event.key));
  });
}
