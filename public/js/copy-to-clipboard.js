const SHOWN_FOR = 1600;

document.addEventListener('click', async ({ target }) => {
  const button = target.closest('[data-copy], [data-copy-from]');
  if (!button) return;
  if (await copied(textOf(button))) confirm(button);
  else
    document.dispatchEvent(
      new CustomEvent('toast', { detail: { text: 'Select the text and copy it by hand.', tone: 'bad' } }),
    );
});

function textOf({ dataset }) {
  if (dataset.copy !== undefined) return dataset.copy;
  const source = document.querySelector(dataset.copyFrom);
  return source.value ?? source.textContent;
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedBySelection(text);
  }
}

// Pages on plain HTTP have no clipboard object.
function copiedBySelection(text) {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}

function confirm(button) {
  const before = button.querySelector('[data-copy-before]');
  const after = button.querySelector('[data-copy-after]');
  show(before, after);
  setTimeout(() => show(after, before), SHOWN_FOR);
  document.dispatchEvent(new CustomEvent('toast', { detail: { text: 'Copied' } }));
}

function show(hide, reveal) {
  if (hide) hide.hidden = true;
  if (reveal) reveal.hidden = false;
}
