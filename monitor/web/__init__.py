"""The review pages: a Datasette (datasette.io) with one plugin of ours, served by `quote-monitor web`.

`server` builds the application and serves it, `guard` stands before everything, `access` decides who sees what,
`site` is what all pages share. A page is a module in `pages/`: it reads its address, asks the database and fills a
template. Questions to the database are in `queries/`, pictures in `charts`, what is done to other people's texts
before they are shown in `texts`. The file is opened for reading only; a verdict is written through the store.
"""
