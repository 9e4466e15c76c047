// Looks a receipt up in the list on this page. Nothing is sent.
addEventListener('DOMContentLoaded', () => {
  const form = document.getElementById('find');
  if (!form) return;
  const [found, none] = ['found', 'none'].map((id) => document.getElementById(id));
  form.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const typed = document.getElementById('receipt').value.toUpperCase().replace(/[IL]/g, '1').replace(/O/g, '0');
    const groups = typed.replace(/[^0-9A-Z]/g, '').match(/.{1,4}/g) || [];
    for (const old of document.querySelectorAll('.mine')) old.classList.remove('mine');
    const mine = document.getElementById(groups.join('-'));
    found.hidden = !mine;
    none.hidden = !!mine;
    if (!mine) return;
    mine.classList.add('mine');
    mine.scrollIntoView({ block: 'center' });
  });
});
