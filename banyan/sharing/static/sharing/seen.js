// A page was looked at after a link: say so once. The link itself wrote nothing.
const place = document.getElementById('share-seen')
const KEY = 'share-seen'

if (place) {
  let known = ''
  try { known = localStorage.getItem(KEY) ?? '' } catch { /* no storage: the server takes it once */ }
  if (known !== place.dataset.visit) {
    fetch(place.dataset.to, { method: 'POST', keepalive: true, credentials: 'same-origin' })
      .then(() => { try { localStorage.setItem(KEY, place.dataset.visit) } catch { /* as above */ } })
      .catch(() => { /* the order or the joining brings it along */ })
  }
}
