"""All that is known of XlsxWriter, of which only public methods are used: looks, cells, formulas, links, pages."""
