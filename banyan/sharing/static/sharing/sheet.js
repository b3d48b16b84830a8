// Copying and the device's own share sheet, where the browser has them; the addresses stand in fields.
for (const button of document.querySelectorAll('[data-copy]')) {
  if (!navigator.clipboard) break
  button.hidden = false
  const words = button.querySelector('span')
  const said = words.textContent
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy)
      words.textContent = button.dataset.copied
      setTimeout(() => { words.textContent = said }, 2000)
    } catch {
      button.previousElementSibling.select()
    }
  })
}

for (const button of document.querySelectorAll('[data-share]')) {
  if (!navigator.share) break
  button.hidden = false
  button.addEventListener('click', () => {
    navigator.share({ title: button.dataset.title, text: button.dataset.title, url: button.dataset.share })
      .catch(() => { /* closed without sharing */ })
  })
}
