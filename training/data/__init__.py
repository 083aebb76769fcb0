"""The data sets that Glimpse learns from and is measured on, behind one interface (`base`)."""
