// The book's pages: a filter counts as soon as something is chosen, and leaves nothing empty in the address; a table
// that is chosen is sent.
(() => {
  document.addEventListener('change', (event) => {
    const form = event.target.closest('form[data-filters]');
    if (form && event.target.tagName === 'SELECT') form.requestSubmit();
  });
  document.addEventListener('submit', (event) => {
    if (!event.target.matches('form[data-filters]')) return;
    for (const entry of event.target.elements) if (entry.name && !entry.value) entry.disabled = true;
  });
  // What the labelled control has goes to NiceGUI's uploader, which is out of sight.
  document.addEventListener('change', (event) => {
    const chosen = event.target;
    if (!chosen.matches('[data-uploads]') || !chosen.files.length) return;
    const uploader = document.querySelector('.uploader input[type="file"]');
    uploader.files = chosen.files;
    uploader.dispatchEvent(new Event('change', { bubbles: true }));
    chosen.value = '';
  });
  // Enter in a field of a dialog does what the dialog is for; a browser does that only where there is a single field.
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing || !event.target.matches('dialog form input')) return;
    event.preventDefault();
    const acts = event.target.form.querySelectorAll('[data-do]');
    if (acts.length) acts[acts.length - 1].click();
  });
  // Coming back, the browser shows the form as it was left: let every entry be used again.
  window.addEventListener('pageshow', () => {
    for (const entry of document.querySelectorAll('form[data-filters] :disabled')) entry.disabled = false;
  });
})();
