// A [data-add-row="#rows"] button adds an empty row below the last [data-row] of its list. A [data-when] group shows only
// while one of its words is chosen in the [data-switches] of the same form; without JavaScript all groups are there.
document.querySelectorAll('[data-add-row]').forEach((button) => (button.hidden = false));
document.querySelectorAll('form:has([data-switches])').forEach(showChosen);

document.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-add-row]');
  if (button) addRow(document.querySelector(button.dataset.addRow));
});

document.addEventListener('change', ({ target }) => {
  if (target.closest('[data-switches]')) showChosen(target.form);
});

function addRow(list) {
  const rows = list.querySelectorAll('[data-row]');
  const row = rows[rows.length - 1].cloneNode(true);
  row.querySelectorAll('input').forEach((input) => {
    input.name = input.name.replace(/\[\d+\]/, `[${rows.length}]`);
    input.ariaLabel = input.ariaLabel?.replace(/\d+$/, rows.length + 1) ?? null;
    if (input.type === 'checkbox') input.checked = false;
    else input.value = '';
  });
  list.append(row);
  row.querySelector('input').focus();
}

function showChosen(form) {
  const chosen = form.querySelector('[data-switches] input:checked')?.value;
  form.querySelectorAll('[data-when]').forEach((group) => {
    const isShown = group.dataset.when.split(' ').includes(chosen);
    group.hidden = !isShown;
    group.disabled = !isShown;
  });
}
