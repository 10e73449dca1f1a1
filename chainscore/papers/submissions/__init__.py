"""The roll call as a workbook to circulate, and reminders to send."""
